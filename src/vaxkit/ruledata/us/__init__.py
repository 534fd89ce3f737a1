"""The U.S. schedule as CDC publishes it, for trying and testing the engine; never a policy of China."""
