"""What is asked: quizzes, the forms drawn from them, and their grading."""
