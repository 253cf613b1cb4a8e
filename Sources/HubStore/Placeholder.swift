enum PlaceholderHubStore {}
