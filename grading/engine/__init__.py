"""The grading engine: a student's cells behind walls, the checks outside.

One submission runs in two kernels.  The child, behind walls, runs every cell that the student could write; it knows no
expected value, no key and no points.  The judge runs the locked test cells; what the student made reaches it as plain data
or as a proxy, over a wire that nothing else can cross.  Read in this order:

limits      how much one submission may take
zygote      a warm process that forks kernels; kernel: what a fork becomes
walls       what a child cannot do
wire        plain data between child and judge; agent: its end in the student's process; child: its end in the judge;
            proxy: what stands there for a student's object
plan        which cell runs where, and which names are the student's
runner      one notebook, cell by cell
steps       the engine as nbgrader's own steps, for any nbgrader course
"""
