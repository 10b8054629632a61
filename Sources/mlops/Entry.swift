import Commands
import Glibc

@main
enum Entry {
    static func main() async {
        exit(await Commands.run(Array(CommandLine.arguments.dropFirst())))
    }
}
