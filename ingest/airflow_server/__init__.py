"""An Apache Airflow of our own, for who has none: its programs in a venv apart, its secrets, its processes."""
