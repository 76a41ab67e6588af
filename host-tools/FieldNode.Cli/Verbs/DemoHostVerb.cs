using FieldNode.Answers;
using FieldNode.Host.Access;
using FieldNode.Host.Http;
using FieldNode.Log;
using System.CommandLine;
using System.IO.MemoryMappedFiles;

namespace FieldNode.Cli.Verbs;

/// <summary>
/// Hidden verb: the host process of a demo. It runs the real server over the real store, but with the demo's compressed time, read from a
/// file that the demo writes. It is a separate process so that the demo can kill it.
/// </summary>
internal static class DemoHostVerb
{
    public static Command Command()
    {
        var data = Options.Data();
        var clock = new Option<string>("--clock") { Required = true };
        var command = new Command("demo-host") { data, clock };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => Run(parsed.GetRequiredValue(data), parsed.GetRequiredValue(clock), cancel));
        return command;
    }

    private static async Task<int> Run(string data, string clockPath, CancellationToken cancel)
    {
        using var clock = new FileClock(clockPath);
        await using var server = await HostServer.Start(AnsweringStore.Open(data), "http://127.0.0.1:0", clock,
            AccessKey.LoadOrCreate(data));
        Console.Out.WriteLine(server.Urls.First());
        await Console.Out.FlushAsync(cancel);
        await Console.In.ReadToEndAsync(cancel); // ends when the demo does
        return ExitCode.Done;
    }

    /// <summary>A clock that another process sets through a file: milliseconds since 1970, 8 bytes.</summary>
    private sealed class FileClock : TimeProvider, IDisposable
    {
        private readonly MemoryMappedFile _file;
        private readonly MemoryMappedViewAccessor _hands;

        public FileClock(string path)
        {
            _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 8, MemoryMappedFileAccess.Read);
            _hands = _file.CreateViewAccessor(0, 8, MemoryMappedFileAccess.Read);
        }

        public override DateTimeOffset GetUtcNow()
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(_hands.ReadInt64(0));
        }

        public void Dispose()
        {
            _hands.Dispose();
            _file.Dispose();
        }
    }
}
