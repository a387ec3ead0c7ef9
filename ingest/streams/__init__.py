"""Messages of Kafka: taken in exactly once, refused with a reason, and sent."""
