"""An Apache Kafka of our own, for who has none: its programs, a Java to run them, the broker itself."""
