using System.Text.Json;
using FieldNode.Log;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Cli;

/// <summary>fieldnode flash, with a fake nanoff that records its arguments and exits as told.</summary>
public sealed class FlashTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Image => _directory.File("App.bin");

    public FlashTests()
    {
        File.WriteAllBytes(Image, [.. "NFMRK1\0\0"u8, .. new byte[600], .. "FieldNode.Device"u8]);
        StandIn();
    }

    public void Dispose()
    {
        _directory.Dispose();
    }

    [Theory]
    [InlineData("esp32-psram", "ESP32_PSRAM_REV3", "0x1E0000")]
    [InlineData("esp32-s3", "ESP32_S3_OCTAL", "0x1B0000")]
    public void Runtime_and_program_are_two_calls_and_the_program_goes_to_the_chips_own_address(string chip, string target, string address)
    {
        var (exit, _, error) = Flash("--chip", chip);

        Assert.True(exit == ExitCode.Done, error);
        Assert.Equal(
        [
            "--listports --suppressnanoffversioncheck",
            $"--platform esp32 --target {target} --serialport /dev/ttyUSB0 --update --masserase --suppressnanoffversioncheck",
            $"--target {target} --serialport /dev/ttyUSB0 --deploy --image {Image} --address {address} --suppressnanoffversioncheck",
        ], Calls());
        Assert.Contains("erased, written", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ESP32_S3", "no-target", "use ESP32_S3_OCTAL, ESP32_S3_QUAD")]
    [InlineData("ESP32_REV3", "no-psram", "does not support PSRAM")]
    public void A_runtime_that_does_not_exist_or_cannot_carry_the_program_is_refused_with_those_that_can(string target,
        string code, string words)
    {
        var (exit, _, error) = Flash("--chip", "esp32-s3", "--target", target);

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Contains(code, error, StringComparison.Ordinal);
        Assert.Empty(Calls());
    }

    [Fact]
    public void Without_a_chip_it_is_that_of_revision_B()
    {
        Assert.Equal(ExitCode.Done, Flash().Exit);
        Assert.Contains(Calls(), call => call.Contains("--target ESP32_PSRAM_REV3 ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dry_run_prints_the_commands_and_writes_nothing()
    {
        var archive = Directory.CreateDirectory(_directory.File("run times")).FullName;
        var (exit, output, error) = Flash("--dry-run", "--runtime", "1.2.3", "--archive", archive);

        Assert.Equal(ExitCode.Done, exit);
        Assert.Single(Calls());
        Assert.Contains($"--update --masserase --fwversion 1.2.3 --fromarchive --archivepath '{archive}'", output,
            StringComparison.Ordinal);
        Assert.Contains("--address 0x1E0000", output, StringComparison.Ordinal);
        Assert.Contains("Nothing was written", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_alone_leaves_the_runtime()
    {
        StandIn(ports: "  COM3\n  COM7\n");
        Assert.Equal(ExitCode.Done, Flash("--program-only", "--port", "COM7").Exit);

        Assert.Equal(2, Calls().Count);
        Assert.Contains("--serialport COM7 --deploy", Calls()[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Wifi_and_files_go_through_files_that_only_the_owner_reads_and_that_are_gone_afterwards()
    {
        Directory.CreateDirectory(_directory.File("files"));
        File.WriteAllText(_directory.File("files/site.txt"), "x");
        var (exit, _, error) = Flash("--program-only", "--wifi", "Site WLAN", "--wifi-password", "secret12", "--files",
            _directory.File("files"));

        Assert.True(exit == ExitCode.Done, error);
        Assert.DoesNotContain(Calls(), call => call.Contains("secret12", StringComparison.Ordinal));
        var network = JsonDocument.Parse(File.ReadAllText(_directory.File("kept-network.json"))).RootElement;
        Assert.Equal(("Site WLAN", "secret12"),
            (network.GetProperty("WirelessClient").GetProperty("Ssid").GetString(), network.GetProperty("WirelessClient")
            .GetProperty("Password").GetString()));
        var files = JsonDocument.Parse(File.ReadAllText(_directory.File("kept-files.json"))).RootElement.GetProperty("Files");
        Assert.Equal(@"I:\site.txt", files[0].GetProperty("DestinationFilePath").GetString());
        Assert.Equal("600", File.ReadAllText(_directory.File("kept-mode")).Trim());
        Assert.DoesNotContain(Calls(),
            call => call.Split(' ').Any(word => word.Contains("fieldnode-flash-", StringComparison.Ordinal) && File.Exists(word)));
    }

    [Theory]
    [InlineData("4000", "hold BOOT")]
    [InlineData("4003", "another cable")]
    [InlineData("6000", "dialout")]
    [InlineData("9005", "--target")]
    [InlineData("9007", "--archive")]
    [InlineData("1234", "not damaged")]
    public void A_failure_of_nanoff_is_explained_in_words(string code, string hint)
    {
        StandIn(failsWith: code);
        var (exit, _, error) = Flash();

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("fieldnode: flash-failed: step runtime", error, StringComparison.Ordinal);
        Assert.Contains(hint, error, StringComparison.Ordinal);
        Assert.Equal(2, Calls().Count);
    }

    [Theory]
    [InlineData("", ExitCode.Failed, "no-port")]
    [InlineData("  /dev/ttyUSB0\n  /dev/ttyACM1\n", ExitCode.Usage, "several-ports")]
    public void Without_a_port_to_choose_nothing_is_written(string ports, int status, string code)
    {
        StandIn(ports: ports);
        var (exit, _, error) = Flash();

        Assert.Equal(status, exit);
        Assert.Contains($"fieldnode: {code}:", error, StringComparison.Ordinal);
        Assert.Single(Calls());
    }

    [Fact]
    public void A_port_that_is_not_there_is_told_with_those_that_are()
    {
        var (exit, _, error) = Flash("--port", "COM99");

        Assert.Equal(ExitCode.Failed, exit);
        Assert.Contains("fieldnode: no-port: --port COM99 not found; available: /dev/ttyUSB0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_in_the_middle_it_says_so_and_leaves_no_password_behind()
    {
        StandIn(hangs: true);
        using var tool = Tool.Start("flash", "--image", Image, "--nanoff", _directory.File("nanoff"), "--program-only", "--wifi", "Site",
            "--wifi-password", "secret12");
        var error = tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (Calls().Count < 2)
        {
            Assert.False(tool.HasExited);
            await Task.Delay(Threads.PollMs, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, Repository.Run("kill", _directory.Path, "-INT",
            tool.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)).Exit);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("fieldnode: interrupted:", await error, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(Path.GetTempPath(), "network.json",
            new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }),
            path => path.Contains("fieldnode-flash-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2.4.9", "nanoff-old")]
    [InlineData("", "nanoff-failed")]
    public void A_nanoff_that_is_too_old_or_none_is_refused(string version, string code)
    {
        StandIn(version: version);

        Assert.Contains($"fieldnode: {code}:", Flash().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_nanoff_the_message_says_how_to_get_it()
    {
        File.Delete(_directory.File("nanoff"));

        Assert.Contains("fieldnode: nanoff-missing:", Flash().Error, StringComparison.Ordinal);
        Assert.Contains("dotnet tool install -g nanoff", Flash().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", ExitCode.Failed, "file-unreadable")]
    [InlineData("text", ExitCode.Refused, "bad-image")]
    [InlineData("library", ExitCode.Refused, "bad-image")]
    [InlineData("huge", ExitCode.Refused, "bad-image")]
    public void An_image_that_is_no_program_of_ours_never_reaches_the_board(string what, int status, string code)
    {
        byte[] program = File.ReadAllBytes(Image);
        File.Delete(Image);
        if (what != "none")
        {
            File.WriteAllBytes(Image,
                what switch { "text" => "hello"u8.ToArray(), "library" => program[..600], _ => [.. program, .. new byte[2_000_000]] });
        }

        var (exit, _, error) = Flash();

        Assert.Equal(status, exit);
        Assert.Contains($"fieldnode: {code}:", error, StringComparison.Ordinal);
        Assert.Empty(Calls());
    }

    [Theory]
    [InlineData("bad-wifi", "--wifi-password", "secret12")]
    [InlineData("bad-wifi", "--wifi", "a", "--wifi-password", "short")]
    [InlineData("no-files", "--files", "/nowhere")]
    [InlineData("no-archive", "--archive", "/nowhere")]
    [InlineData("usage", "--chip", "esp8266")]
    [InlineData("usage", "--chip", "esp32-c3")]
    public void Invalid_options_are_reported_before_anything_is_erased(string code, params string[] arguments)
    {
        var (exit, _, error) = Flash(arguments);

        Assert.Equal(ExitCode.Usage, exit);
        Assert.Contains($"fieldnode: {code}:", error, StringComparison.Ordinal);
        Assert.InRange(Calls().Count, 0, 1);
    }

    private (int Exit, string Output, string Error) Flash(params string[] arguments)
    {
        return Tool.Run(["flash", "--image", Image, "--nanoff", _directory.File("nanoff"), .. arguments]);
    }

    private List<string> Calls()
    {
        var path = _directory.File("calls");
        return File.Exists(path) ? [.. File.ReadAllLines(path)] : [];
    }

    private void StandIn(string version = "2.5.162", string ports = "  /dev/ttyUSB0\n", string failsWith = "0", bool hangs = false)
    {
        var folder = _directory.Path;
        var path = _directory.File("nanoff");
        File.WriteAllText(path, $$"""
            #!/bin/sh
            echo "$@" >> {{folder}}/calls
            {{(version.Length > 0 ? $"echo '.NET nanoFramework Firmware Flasher v{version}+0123456789'" : "")}}
            case "$*" in
            *--listports*) printf 'Available COM ports:\n{{ports.Replace("\n", "\\n", StringComparison.Ordinal)}}'; exit 0;;
            *--networkdeployment*) cp "$6" {{folder}}/kept-network.json; stat -c %a "$6" > {{folder}}/kept-mode;;
            *--filedeployment*) cp "$6" {{folder}}/kept-files.json;;
            esac
            {{(hangs ? "exec sleep 600" : "")}}
            echo 'Flash erased, written.'
            {{(failsWith == "0" ? "" : $"echo 'Error E{failsWith}: something'")}}
            exit {{int.Parse(failsWith, System.Globalization.CultureInfo.InvariantCulture) % 256}}
            """);
        Assert.Equal(0, Repository.Run("chmod", folder, "700", path).Exit);
    }
}
