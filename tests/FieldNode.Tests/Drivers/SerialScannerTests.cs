using System.Text;
using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Simulator.Parts;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Drivers;

/// <summary>
/// A scanner that is unplugged, unresponsive or misconfigured, and the settings of GM65-type modules, against a model of one.
/// </summary>
public sealed class SerialScannerTests
{
    private readonly ScannerModuleModel _model = new();
    private readonly ModelLine _line;

    public SerialScannerTests()
    {
        _line = new ModelLine(_model);
    }

    [Theory]
    [InlineData("07 01 00 2A 02", 0xD80F)]
    [InlineData("09 01 00 00 00", 0xDEC8)]
    [InlineData("08 02 00 2A 39 01", 0xA7EA)]
    [InlineData("00 01 00", 0x3331)]
    public void The_check_value_is_that_of_the_makers_manuals(string bytes, int crc)
    {
        var frame = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));

        Assert.Equal(crc, ScannerModule.Crc(frame, 0, frame.Length));
    }

    [Fact]
    public void Codes_come_as_they_are_and_a_read_never_waits()
    {
        var scanner = new SerialScanner(_line, 9600);
        Assert.Equal("", Read(scanner));
        _model.Scan("ZZ00000001");

        Assert.Equal("ZZ00000001", Read(scanner));
        Assert.Equal("", Read(scanner));
    }

    [Fact]
    public void An_unplugged_scanner_is_tried_each_second_and_is_back_by_itself()
    {
        var scanner = new SerialScanner(_line, 9600);
        Read(scanner);
        _model.IsUnplugged = true;
        Assert.Equal("", Read(scanner));
        Assert.False(scanner.IsOpen);

        _line.Opened = 0;
        for (var i = 0; i < 500; i++)
        {
            Read(scanner);
            _model.Now += 10;
        }

        Assert.InRange(_line.Opened, 4, 6);
        _model.IsUnplugged = false;
        _model.Now += 1000;
        Read(scanner);
        _model.Scan("ZZ00000002");
        Assert.Equal("ZZ00000002", Read(scanner));
    }

    [Fact]
    public void A_module_is_set_and_keeps_it_and_its_other_settings_stay()
    {
        var module = Open();
        Assert.True(module.IsPresent());
        Assert.True(module.SetMode(ScannerMode.Continuous) && module.SetTerminator() && module.SetAimPrefix(true) && module.Save());
        _model.PowerOn();

        Assert.Equal((0xD2, 0x03, 0x80), (_model.Setting(0x0000), _model.Setting(0x0060), _model.Setting(0x00D0)));
        _model.Scan("ZZ00000001");
        Assert.Equal("]C1ZZ00000001\r", Read(new SerialScanner(_line, 9600)));
        Assert.True(module.SetAimPrefix(false) && module.SetMode(ScannerMode.Command));
        Assert.Equal((0xD1, 0x00), (_model.Setting(0x0000), _model.Setting(0x00D0)));
    }

    [Fact]
    public void Codes_scanned_meanwhile_do_not_hide_the_answer()
    {
        var module = Open();
        for (var i = 0; i < 5; i++)
        {
            _model.Scan(new string((char)2, i) + "ZZ0000000" + i);
            Assert.True(module.IsPresent());
        }
    }

    [Theory]
    [InlineData("deaf")]
    [InlineData("wrong speed")]
    [InlineData("unplugged")]
    public void What_does_not_answer_is_left_alone_and_soon_given_up(string what)
    {
        var module = Open();
        _model.IsDeaf = what == "deaf";
        _model.Baud = what == "wrong speed" ? 115_200 : 9600;
        _model.IsUnplugged = what == "unplugged";
        var start = _model.Now;

        Assert.False(module.IsPresent() || module.SetMode(ScannerMode.Continuous) || module.SetTerminator() || module.SetAimPrefix(true)
            || module.Save());
        Assert.InRange(_model.Now - start, 0u, 2000u);
        Assert.Equal(0xD1, _model.Setting(0x0000));
    }

    private ScannerModule Open()
    {
        Assert.True(_line.Open(9600));
        return new ScannerModule(_line);
    }

    private static string Read(SerialScanner scanner)
    {
        var buffer = new byte[64];
        return Encoding.ASCII.GetString(buffer, 0, scanner.Read(buffer, 0, buffer.Length));
    }
}
