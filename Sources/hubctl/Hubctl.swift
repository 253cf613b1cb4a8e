// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

@main struct Hubd { static func main() { print("x") } }
