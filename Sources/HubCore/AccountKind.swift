// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// What an account is: a person, or an organisation of them.
public enum AccountKind: String, Sendable { case user, org }
