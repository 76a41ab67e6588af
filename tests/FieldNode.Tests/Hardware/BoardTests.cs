using System.Globalization;
using System.Reflection;
using FieldNode.Device.Boards;
using FieldNode.Tests.Support;
using Microsoft.VisualBasic.FileIO;

namespace FieldNode.Tests.Hardware;

/// <summary>A board's pin table, its file in the program and its drawing agree; and each pin supports its function.</summary>
public sealed class BoardTests
{
    // ESP32-WROVER-E data sheet, "Pin definitions", and ESP-IDF, "GPIO": flash 6 to 11, PSRAM 16 and 17, strapping pins (5 may select a
    // chip that is pulled up), the debug port, and pins that the chip does not have. The runtime allows any of them.
    private static readonly Chip s_wrover = new(Taken: [6, 7, 8, 9, 10, 11, 16, 17, 0, 2, 12, 15, 1, 3, 20, 24, 28, 29, 30, 31, 37, 38],
        InputOnly: [34, 35, 36, 39],
        AdcChannels: new() { [36] = 0, [39] = 3, [32] = 4, [33] = 5, [34] = 6, [35] = 7 },
            Buses: new() { [1] = [13, 12, 14], [2] = [23, 19, 18] });

    // ESP32-S3-WROOM-1 data sheet, the same; USB 19 and 20, octal PSRAM 33 to 37, JTAG 39 to 42, the boards' LEDs 38 and 48.
    private static readonly Chip s_s3 = new(Taken: [.. Enumerable.Range(22, 16), 0, 3, 45, 46, 43, 44, 19, 20, 38, 39, 40, 41, 42, 48],
        InputOnly: [],
        AdcChannels: Enumerable.Range(1, 10).ToDictionary(pin => pin, pin => pin - 1), Buses: new() { [1] = [11, 13, 12] });

    public static TheoryData<string> Boards => ["rev-b", "rev-b-s3", "devkit"];

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_programs_pins_are_those_of_the_table(string folder)
    {
        var table = Pins(folder).Select(pin => (pin.Constant, pin.Gpio)).Distinct().ToDictionary();
        string[] others = [nameof(BoardPins.FlashBus), nameof(BoardPins.Segments), nameof(BoardPins.BatteryAdcChannel),
            nameof(BoardPins.BatteryDivider), nameof(BoardPins.BatteryFullScale)];
        var program = typeof(BoardPins).GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Where(field => field.FieldType == typeof(int) && !others.Contains(field.Name))
            .Select(field => (field.Name, Gpio: (int)field.GetValue(Board(folder))!)).Where(pin => pin.Gpio != BoardPins.None);

        Assert.Equal(folder, Board(folder).Name);
        Assert.Equal(table.Select(pin => (pin.Key, pin.Value)).Order(), program.Order());
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void No_pin_is_used_twice_or_for_what_it_cannot_do(string folder)
    {
        var (pins, chip) = (Pins(folder), ChipOf(folder));

        Assert.All(pins.GroupBy(pin => pin.Gpio), group => Assert.Single(group.Select(pin => pin.Constant).Distinct()));
        Assert.All(pins, pin => Assert.DoesNotContain(pin.Gpio, chip.Taken));
        Assert.All(pins.Where(pin => chip.InputOnly.Contains(pin.Gpio)),
            pin => Assert.True(pin.Direction == "in" && !pin.Note.Contains("internal pull-up", StringComparison.Ordinal), pin.Constant));
    }

    [Theory]
    [InlineData("rev-b")]
    [InlineData("rev-b-s3")]
    public void The_battery_is_measured_on_the_channel_of_its_pin_and_the_flash_chip_is_on_its_buses_own_pins(string folder)
    {
        var (board, chip) = (Board(folder), ChipOf(folder));

        Assert.Equal(chip.AdcChannels[board.BatterySense], board.BatteryAdcChannel);
        Assert.Equal(chip.Buses[board.FlashBus], (int[])[board.FlashMosi, board.FlashMiso, board.FlashClock]);
        Assert.Contains($"SPI{board.FlashBus}", Pins(folder)[0].Note, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_drawing_is_made_from_the_table(string folder)
    {
        using var directory = new TemporaryDirectory();
        var (exit, output) = Repository.Run("dotnet", Repository.Root, "run", "hardware/make-wiring.cs", "--", $"hardware/{folder}",
            directory.File("wiring.svg"));

        Assert.True(exit == 0, output);
        Assert.Equal(File.ReadAllText(directory.File("wiring.svg")),
            File.ReadAllText(Path.Combine(Repository.Root, "hardware", folder, "wiring.svg")));
    }

    [Fact]
    public void Every_part_of_the_pin_table_can_be_bought()
    {
        var bill = File.ReadAllText(Path.Combine(Repository.Root, "hardware", "rev-b", "bom.csv"));
        string[] words = ["WROVER-E", "W25Q128JV", "SSD1309", "DS3231", "GM65", "E18-D80NK", "TMB12A03", "18650"];

        Assert.All(words, word => Assert.Contains(word, bill, StringComparison.Ordinal));
        Assert.All(Read("rev-b/bom.csv"),
            row => Assert.True(int.Parse(row["qty"], CultureInfo.InvariantCulture) > 0 && row["part number"].Length > 0, row["ref"]));
    }

    [Fact]
    public void The_guides_figures_for_a_day_are_those_of_the_power_table()
    {
        var milliamps = Read("rev-b/power.csv")
            .Sum(row => Number(row["on_ma"]) * Number(row["duty_percent"]) / 100
            + Number(row["idle_ma"]) * (1 - Number(row["duty_percent"]) / 100));
        var watts = milliamps * 5 / 1000 / 0.88;
        var wattHours = 2 * 3.4 * 3.6 * 0.9;
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "hardware", "rev-b", "README.md"));
        string[] figures = [FormattableString.Invariant($"| {milliamps:F0} mA |"), FormattableString.Invariant($"| {watts:F2} W |"),
            FormattableString.Invariant($"| {wattHours:F1} Wh |"),
            FormattableString.Invariant($"| {wattHours / watts:F1} hours |"),
                FormattableString.Invariant($"| {wattHours * 0.75 / watts:F1} hours |")];

        Assert.All(figures, figure => Assert.Contains(figure, guide, StringComparison.Ordinal));
        Assert.True(wattHours * 0.75 / watts > 12, "a shift has 12 hours");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static BoardPins Board(string folder) =>
        folder switch { "rev-b" => RevB.Pins(), "rev-b-s3" => RevBS3.Pins(), _ => DevKit.Pins() };

    private static Chip ChipOf(string folder) => folder == "rev-b-s3" ? s_s3 : s_wrover;

    private static List<Pin> Pins(string folder)
    {
        return [.. Read($"{folder}/pins.csv")
            .Select(row => new Pin(row["constant"], int.Parse(row["gpio"], CultureInfo.InvariantCulture), row["direction"], row["note"]))];
    }

    private static List<Dictionary<string, string>> Read(string file)
    {
        using var csv = new TextFieldParser(Path.Combine(Repository.Root, "hardware", file)) { HasFieldsEnclosedInQuotes = true };
        csv.SetDelimiters(",");
        var rows = new List<string[]>();
        while (!csv.EndOfData)
        {
            rows.Add(csv.ReadFields()!);
        }

        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    private sealed record Chip(int[] Taken, int[] InputOnly, Dictionary<int, int> AdcChannels, Dictionary<int, int[]> Buses);

    private sealed record Pin(string Constant, int Gpio, string Direction, string Note);
}
