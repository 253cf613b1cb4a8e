// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

enum Placeholder {}
