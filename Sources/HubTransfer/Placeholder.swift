enum PlaceholderHubTransfer {}
