// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// The version of this build, as `--version` prints it and packages are named; semver.org.
public enum HubVersion {
    public static let text = "0.1.0"
}
