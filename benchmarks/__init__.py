"""How fast course_lib trains, beside PyTorch, scikit-learn, NumPy as it is usually written in a course, and the matrix products alone."""
