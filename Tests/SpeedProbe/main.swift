// What the benchmark times and no verb does alone:
//
//   SpeedProbe peak THREADS SECONDS                                    the most that the machine could compute
//   SpeedProbe answers PACKAGE ROWS BATCH THREADS SECONDS [OUTPUTS]    how long a loaded model takes to answer
//
// Each prints one JSON object.
let arguments = CommandLine.arguments.dropFirst()
let numbers = arguments.compactMap(Double.init)
switch (arguments.first, arguments.count, numbers.count) {
case ("peak", 3, 2):
    let peak = MultiplyAddPeak(threads: Int(numbers[0]), seconds: numbers[1])
    print("{\"operations_per_second\":\(peak.operationsPerSecond)}")
case ("answers", 6...7, 3):
    let files = Array(arguments)
    let (batch, threads, seconds) = (Int(numbers[0]), Int(numbers[1]), numbers[2])
    let times = try AnswerTimes(package: files[1], rows: files[2], batch: batch, threads: threads)
    print("{\"microseconds\":\(try times.medianMicroseconds(seconds: seconds))}")
    if files.count == 7 { try times.write(to: files[6]) }
default:
    print("usage: SpeedProbe peak THREADS SECONDS | answers PACKAGE ROWS BATCH THREADS SECONDS [OUTPUTS]")
}
