using FieldNode.Fuzz;
using SharpFuzz;

// Run by afl-fuzz, which tests/fuzz.sh starts: inputs arrive on standard input, one after another. No instrumented code may run before
// that.
if (args.Length != 1)
{
    Console.Error.WriteLine("Give the name of a target in Targets.cs, for example: batch");
    return 2;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    Targets.All[args[0]](bytes.ToArray());
});
return 0;
