using FieldNode.Answers;
using FieldNode.Log;
using FieldNode.Simulator.Worlds;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Log;

/// <summary>What a store seals can be opened only with its own key; without the key file the store cannot be opened.</summary>
public sealed class VaultTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Equal_codes_have_equal_pseudonyms_which_open_to_them_and_tell_nothing_else()
    {
        var vault = AnsweringStore.Open(_directory.File("data")).Vault;
        var random = new Random(Seed.Take(nameof(Equal_codes_have_equal_pseudonyms_which_open_to_them_and_tell_nothing_else)));
        var codes = People.Generate(2000, random).Concat(["E1", "~", "~~", "X", new string('9', 40), "张三"]).ToList();

        var pseudonyms = codes.Select(vault.Seal).ToList();

        Assert.Equal(codes.Count, pseudonyms.Distinct().Count());
        Assert.Equal(pseudonyms, codes.Select(vault.Seal));
        Assert.Equal(codes, pseudonyms.Select(vault.Open));
        Assert.All(codes.Zip(pseudonyms).Where(pair => pair.First.Length > 5),
            pair => Assert.DoesNotContain(pair.First[^5..], pair.Second, StringComparison.Ordinal));
        Assert.Equal("", vault.Seal(""));
        Assert.Equal("not sealed", vault.Open("not sealed"));
    }

    [Fact]
    public void What_another_store_sealed_or_somebody_changed_does_not_open()
    {
        var vault = AnsweringStore.Open(_directory.File("data")).Vault;
        var other = AnsweringStore.Open(_directory.File("other")).Vault;
        var pseudonym = vault.Seal("11010519491231002X");
        Assert.NotEqual(pseudonym, other.Seal("11010519491231002X"));
        Assert.Equal("bad-pseudonym", Assert.Throws<HostFault>(() => other.Open(pseudonym)).Code);
        for (var i = 1; i < pseudonym.Length; i++)
        {
            var changed = pseudonym[..i] + (pseudonym[i] == 'A' ? 'B' : 'A') + pseudonym[(i + 1)..];
            Assert.Equal("bad-pseudonym", Assert.Throws<HostFault>(() => vault.Open(changed)).Code);
        }

        Assert.All(["~", "~!", "~AAAA"], text => Assert.Equal("bad-pseudonym", Assert.Throws<HostFault>(() => vault.Open(text)).Code));
        var wrapped = vault.Wrap([1, 2, 3], "one purpose");
        Assert.Equal([1, 2, 3], vault.Unwrap(wrapped, "one purpose"));
        Assert.NotEqual(wrapped, vault.Wrap([1, 2, 3], "one purpose"));
        Assert.Equal("bad-secret", Assert.Throws<HostFault>(() => vault.Unwrap(wrapped, "another")).Code);
        Assert.Equal("bad-secret", Assert.Throws<HostFault>(() => other.Unwrap(wrapped, "one purpose")).Code);
        Assert.Equal("bad-secret", Assert.Throws<HostFault>(() => vault.Unwrap([], "one purpose")).Code);
    }

    [Theory]
    [InlineData("11010519491231002X", "110…002X")]
    [InlineData("E12345678", "E…78")]
    [InlineData("B123", "…")]
    public void A_masked_code_tells_little(string code, string masked)
    {
        var vault = AnsweringStore.Open(_directory.File("data")).Vault;

        Assert.Equal(masked, vault.Masked(vault.Seal(code)));
    }

    [Theory]
    [InlineData("missing", "key-missing")]
    [InlineData("another's", "wrong-key")]
    [InlineData("rubbish", "bad-key-file")]
    public void Without_its_key_file_a_store_does_not_open_and_says_what_to_do(string what, string code)
    {
        AnsweringStore.Open(_directory.File("data"));
        AnsweringStore.Open(_directory.File("other"));
        var key = File.ReadAllText(_directory.File("data.key"));
        File.Delete(_directory.File("data.key"));
        switch (what)
        {
            case "another's":
                File.Copy(_directory.File("other.key"), _directory.File("data.key"));
                break;
            case "rubbish":
                File.WriteAllText(_directory.File("data.key"), "rubbish");
                break;
        }

        var fault = Assert.Throws<HostFault>(() => AnsweringStore.Open(_directory.File("data")));
        Assert.Equal((code, ExitCode.Refused), (fault.Code, fault.ExitCode));
        Assert.Contains("data.key", fault.English, StringComparison.Ordinal);
        File.WriteAllText(_directory.File("data.key"), key);
        AnsweringStore.Open(_directory.File("data"));
    }

    [Fact]
    public void A_key_file_is_its_owners_and_one_that_is_named_elsewhere_is_used_instead()
    {
        AnsweringStore.Open(_directory.File("data"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.File("data.key")));
        }

        File.Move(_directory.File("data.key"), _directory.File("usb-stick"));
        var named = new Dictionary<string, string> { ["FIELDNODE_KEYFILE"] = _directory.File("usb-stick") };
        Assert.Equal(ExitCode.Done, Tool.Run(named, "status", "--data", _directory.File("data")).Exit);
        Assert.Equal(ExitCode.Refused, Tool.Run("status", "--data", _directory.File("data")).Exit);
    }

    [Fact]
    public void A_passphrase_takes_the_key_files_place()
    {
        var right = new Dictionary<string, string> { ["FIELDNODE_PASSPHRASE"] = "correct horse battery" };
        Assert.Equal(ExitCode.Done, Tool.Run(right, _directory.Path, ["init", "--data", _directory.File("data")]).Exit);
        Assert.False(File.Exists(_directory.File("data.key")));

        Assert.Equal(ExitCode.Done, Tool.Run(right, "status", "--data", _directory.File("data")).Exit);
        var wrong = Tool.Run(new Dictionary<string, string> { ["FIELDNODE_PASSPHRASE"] = "incorrect horse" }, "status", "--data",
            _directory.File("data"));
        Assert.Equal(ExitCode.Refused, wrong.Exit);
        Assert.Contains("wrong-key", wrong.Error, StringComparison.Ordinal);
    }
}
