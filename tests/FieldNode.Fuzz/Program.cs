using FieldNode.Fuzz;
using SharpFuzz;

// Run by afl-fuzz, which tests/fuzz.sh starts: bytes come on standard input, again and again. Nothing that is measured may run before.
if (args.Length != 1)
{
    Console.Error.WriteLine("Name a target of Targets.cs, for example: batch");
    return 2;
}

Fuzzer.OutOfProcess.Run(stream =>
{
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    Targets.All[args[0]](bytes.ToArray());
});
return 0;
