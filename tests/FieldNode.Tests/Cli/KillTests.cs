using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>
/// A pseudo-terminal at 9600 baud feeds a node that uploads to a host; both are real processes, and both are killed repeatedly. A volunteer
/// scans each person until the node confirms, and after a restart reads the number of people shown (volunteer.md), so that no stored person
/// is scanned again. After two restarts a node may no longer know the people in its open tube (decision 5), but it knows how many they are.
/// At the end exactly these people are exported, once each, in their tube and position.
/// </summary>
public sealed class KillTests
{
    private static readonly int s_kills = Sweep.Count(50, 8);
    private static readonly int s_peopleMin = Sweep.Count(60, 18);

    [Fact]
    public async Task Kills_of_node_and_host_lose_and_double_nobody()
    {
        var seed = Seed.Take(nameof(Kills_of_node_and_host_lose_and_double_nobody));
        using var directory = new TemporaryDirectory();
        await using var lane = await KilledLane.Start(directory, new Random(seed));
        var people = People.Generate(1000, new Random(seed + 1));
        var expected = new List<string>();
        for (var i = 0; lane.Kills < s_kills || i < s_peopleMin; i++)
        {
            if (i % 10 == 0)
            {
                await lane.Scan($"ZZ{i:D8}", "tube-opened", position: 0);
            }

            await lane.Scan(people[i], "person-sampled", i % 10 + 1);
            expected.Add($"{people[i]} ZZ{i / 10 * 10:D8} {i % 10 + 1}");
        }

        await lane.UploadTheRest();

        var rows = OpenLog.People(AnsweringStore.Open(directory.File("data")));
        var exported = rows.Select(row => $"{row.Person} {row.Tube} {row.Position}").Order();
        Assert.True(expected.Order().SequenceEqual(exported), Seed.Replay(nameof(Kills_of_node_and_host_lose_and_double_nobody), seed));
    }

    /// <summary>The node, the host, the line between scanner and node, and a volunteer with limited patience.</summary>
    private sealed class KilledLane : IAsyncDisposable
    {
        private const int TriesMax = 100;
        private const int BytesPerSecond = 960; // 9600 baud, 8N1
        private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(1500);
        private static readonly string[] s_terminators = ["\r", "\n", "\r\n", "\t", ""];

        private readonly TemporaryDirectory _directory;
        private readonly Random _random;
        private readonly PseudoTerminal _line = new();
        private readonly int _port = FreePort.Take();
        private Process _host = null!;
        private Process _node = null!;
        private Channel<JsonElement> _events = null!;
        private Task<string> _errors = null!;
        private string _terminator = "\r";
        private string _openTube = "";

        private KilledLane(TemporaryDirectory directory, Random random)
        {
            _directory = directory;
            _random = random;
        }

        public int Kills { get; private set; }

        public static async Task<KilledLane> Start(TemporaryDirectory directory, Random random)
        {
            var lane = new KilledLane(directory, random);
            (lane._host, var address) = await Tool.Serve(directory.File("data"), lane._port);
            var (exit, _, error) = Tool.Run("nodes", "add", "lane-1", "--data", directory.File("data"), "--url", address.ToString(),
                "--card", directory.File("card.txt"));
            Assert.True(exit == 0, error);
            await lane.StartNode();
            return lane;
        }

        /// <summary>Scans a code until it is confirmed, or until the node shows that it already was.</summary>
        /// <param name="position">Position of a person in the tube; 0 for a tube.</param>
        public async Task Scan(string code, string type, int position)
        {
            if (_random.Next(8) == 0)
            {
                await Send(Garbage());
            }

            for (var (tries, isRepeat) = (1, false); ; tries++, isRepeat = true)
            {
                Assert.True(tries < TriesMax, $"{code} was scanned {tries} times and neither confirmed nor shown as done");
                var sending = Send(Encode(code));
                var isStored = false;
                if (_random.Next(3) == 0 && Kills < s_kills)
                {
                    isStored = await Kill() is { } shown && position > 0 && shown == position;
                    isRepeat = true;
                }

                await sending;
                if (isStored)
                {
                    return;
                }

                if (await IsConfirmed(type, code, isRepeat))
                {
                    return;
                }
            }
        }

        public async Task UploadTheRest()
        {
            _node.Kill();
            await _node.WaitForExitAsync();
            (int Exit, string Output, string Error) run;
            var tries = 0;
            do
            {
                // A command without further input uploads for ten seconds: on a busy machine it has to run again.
                run = Tool.Run("", ["node", "--card", _directory.File("card.txt"), "--state", _directory.File("state"), "--scanner",
                    "-", "--json"]);
            }
            while (run.Exit == ExitCode.SomethingMissing && ++tries < TriesMax);
            Assert.True(run.Exit == ExitCode.Done, run.Output + run.Error);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var process in new[] { _node, _host })
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }

            _line.Dispose();
        }

        private async Task<bool> IsConfirmed(string type, string code, bool isRepeat)
        {
            using var patience = new CancellationTokenSource(s_patience);
            try
            {
                while (true)
                {
                    var happened = await _events.Reader.ReadAsync(patience.Token);
                    var name = happened.GetProperty("event").GetString();
                    var isThis = name is "confirmed" or "refused" && happened.GetProperty("code")
                        .GetString()!.Equals(Masked(code), StringComparison.OrdinalIgnoreCase);
                    if (isThis && name == "confirmed" && happened.GetProperty("type").GetString() == type)
                    {
                        _openTube = type == "tube-opened" ? code : _openTube;
                        return true;
                    }

                    var reason = isThis && name == "refused" ? happened.GetProperty("reason").GetString() : "";
                    if (isRepeat && (reason == "already-in-tube" || (reason == "tube-open" && _openTube == code)))
                    {
                        return true;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                return false; // no signal: the volunteer scans again
            }
            catch (ChannelClosedException)
            {
                await _node.WaitForExitAsync();
                Assert.Fail($"the node exited on its own with {_node.ExitCode}: {await _errors}");
                throw;
            }
        }

        // The code as the node shows it; a slow node may still be answering the scan before.
        private static string Masked(string code) => $"{code[..3]}*{code[^4..]}";

        // Number of people in the tube shown by the restarted node; null if the host was killed.
        private async Task<int?> Kill()
        {
            Kills++;
            await Task.Delay(_random.Next(40)); // kills at a random moment
            if (_random.Next(3) > 0)
            {
                _node.Kill();
                await _node.WaitForExitAsync();
                _node.Dispose();
                return await StartNode();
            }
            else
            {
                _host.Kill();
                await _host.WaitForExitAsync();
                _host.Dispose();
                (_host, _) = await Tool.Serve(_directory.File("data"), _port);
                return null;
            }
        }

        private async Task<int> StartNode()
        {
            _terminator = s_terminators[_random.Next(s_terminators.Length)]; // each start has another scanner
            _node = Tool.Start("node", "--card", _directory.File("card.txt"), "--state", _directory.File("state"), "--scanner",
                _line.Path, "--json");
            _events = Channel.CreateUnbounded<JsonElement>();
            _errors = _node.StandardError.ReadToEndAsync();
            _ = Listen(_node, _events.Writer);
            var started = await _events.Reader.ReadAsync();
            Assert.Equal("started", started.GetProperty("event").GetString());
            _openTube = started.GetProperty("tubeOpen").GetBoolean() ? started.GetProperty("tube").GetString()! : "";
            return started.GetProperty("group").GetInt32();
        }

        private static async Task Listen(Process node, ChannelWriter<JsonElement> events)
        {
            while (await node.StandardOutput.ReadLineAsync() is { } line)
            {
                events.TryWrite(JsonDocument.Parse(line).RootElement);
            }

            events.TryComplete();
        }

        // Sends at 9600 baud, in chunks as a UART's FIFO delivers them.
        private async Task Send(byte[] bytes)
        {
            var clock = Stopwatch.StartNew();
            for (var sent = 0; sent < bytes.Length;)
            {
                var due = (int)(clock.Elapsed.TotalSeconds * BytesPerSecond) + 1;
                var chunk = Math.Min(due, bytes.Length) - sent;
                if (chunk > 0)
                {
                    _line.Write(bytes.AsSpan(sent, chunk));
                    sent += chunk;
                }

                await Task.Delay(1);
            }
        }

        private byte[] Encode(string code)
        {
            var prefix = _random.Next(3) switch { 0 => "]C1", 1 => "CODE_128,", _ => "" };
            var text = prefix + (_random.Next(2) == 0 && code.EndsWith('X') ? code[..^1] + "x" : code);
            var at = _random.Next(text.Length);
            var withNul = _random.Next(4) == 0 ? text[..at] + "\0" + text[at..] : text;
            // a scanner in continuous mode reads the code twice
            var again = _terminator.Length > 0 && _random.Next(5) == 0 ? text + _terminator : "";
            return Encoding.Latin1.GetBytes(withNul + _terminator + again);
        }

        private byte[] Garbage()
        {
            return _random.Next(2) == 0
                ? [0xD5, 0xFD, 0xB7, 0xC9, .. Encoding.ASCII.GetBytes(_terminator)]
                : Encoding.ASCII.GetBytes(new string('7', 300) + _terminator);
        }
    }
}
