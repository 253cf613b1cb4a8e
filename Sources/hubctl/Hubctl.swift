@main struct Hubd { static func main() { print("x") } }
