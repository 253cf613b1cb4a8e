enum PlaceholderHubBlobs {}
