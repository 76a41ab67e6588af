using System.Globalization;
using System.Reflection;
using FieldNode.Device;
using FieldNode.Tests.Support;
using Microsoft.VisualBasic.FileIO;

namespace FieldNode.Tests.Hardware;

/// <summary>A board's pin table, its file in the program and its drawing are one thing; and the pins can do what is asked of them.</summary>
public sealed class BoardTests
{
    // ESP32 data sheet, "Pin definitions": flash of the module, inputs without pull-up, pins whose level at the start matters, channels of ADC1.
    private static readonly int[] s_moduleFlash = [6, 7, 8, 9, 10, 11];
    private static readonly int[] s_inputOnly = [34, 35, 36, 39];
    private static readonly int[] s_strapping = [0, 2, 12, 15];
    private static readonly Dictionary<int, int> s_adcChannels = new() { [36] = 0, [37] = 1, [38] = 2, [39] = 3, [32] = 4, [33] = 5, [34] = 6, [35] = 7 };

    public static TheoryData<string, string> Boards => new() { { "rev-a", "RevA" }, { "devkit", "DevKit" } };

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_programs_pins_are_those_of_the_table(string folder, string board)
    {
        var table = Pins(folder).Select(pin => (pin.Constant, pin.Gpio)).Distinct().ToDictionary();
        var program = Constants(board).Where(constant => constant.Key is not ("BatteryAdcChannel" or "BatteryDivider" or "Segments"));

        Assert.Equal(table.OrderBy(pin => pin.Key, StringComparer.Ordinal), program.OrderBy(pin => pin.Key, StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void No_pin_is_used_twice_or_for_what_it_cannot_do(string folder, string board)
    {
        Assert.NotEmpty(board);
        var pins = Pins(folder);

        Assert.All(pins.GroupBy(pin => pin.Gpio), group => Assert.Single(group.Select(pin => pin.Constant).Distinct()));
        Assert.All(pins, pin => Assert.DoesNotContain(pin.Gpio, s_moduleFlash.Concat(s_strapping)));
        Assert.All(pins.Where(pin => s_inputOnly.Contains(pin.Gpio)), pin => Assert.True(pin.Direction == "in" && !pin.Note.Contains("internal pull-up", StringComparison.Ordinal), pin.Constant));
    }

    [Fact]
    public void The_battery_is_measured_on_the_channel_of_its_pin()
    {
        var constants = Constants("RevA");

        Assert.Equal(s_adcChannels[constants["BatterySense"]], constants["BatteryAdcChannel"]);
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void The_drawing_is_made_from_the_table(string folder, string board)
    {
        Assert.NotEmpty(board);
        using var directory = new TemporaryDirectory();
        var (exit, output) = Repository.Run("dotnet", Repository.Root, "run", "hardware/make-wiring.cs", "--", $"hardware/{folder}", directory.File("wiring.svg"));

        Assert.True(exit == 0, output);
        Assert.Equal(File.ReadAllText(directory.File("wiring.svg")), File.ReadAllText(Path.Combine(Repository.Root, "hardware", folder, "wiring.svg")));
    }

    [Fact]
    public void Every_part_of_the_pin_table_can_be_bought()
    {
        var bill = File.ReadAllText(Path.Combine(Repository.Root, "hardware", "rev-a", "bom.csv"));
        string[] words = ["W25Q128JV", "SSD1309", "DS3231", "GM65", "E18-D80NK", "TMB12A03", "18650"];

        Assert.All(words, word => Assert.Contains(word, bill, StringComparison.Ordinal));
        Assert.All(Read("rev-a/bom.csv"), row => Assert.True(int.Parse(row["qty"], CultureInfo.InvariantCulture) > 0 && row["part number"].Length > 0, row["ref"]));
    }

    [Fact]
    public void The_guides_figures_for_a_day_are_those_of_the_power_table()
    {
        var milliamps = Read("rev-a/power.csv").Sum(row => Number(row["on_ma"]) * Number(row["duty_percent"]) / 100 + Number(row["idle_ma"]) * (1 - Number(row["duty_percent"]) / 100));
        var watts = milliamps * 5 / 1000 / 0.88;
        var wattHours = 2 * 3.4 * 3.6 * 0.9;
        var guide = File.ReadAllText(Path.Combine(Repository.Root, "hardware", "rev-a", "README.md"));
        string[] figures = [FormattableString.Invariant($"| {milliamps:F0} mA |"), FormattableString.Invariant($"| {watts:F2} W |"), FormattableString.Invariant($"| {wattHours:F1} Wh |"),
            FormattableString.Invariant($"| {wattHours / watts:F1} hours |"), FormattableString.Invariant($"| {wattHours * 0.75 / watts:F1} hours |")];

        Assert.All(figures, figure => Assert.Contains(figure, guide, StringComparison.Ordinal));
        Assert.True(wattHours * 0.75 / watts > 12, "a shift has 12 hours");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static Dictionary<string, int> Constants(string board)
    {
        return typeof(NodeProgram).Assembly.GetType($"FieldNode.Device.Boards.{board}", throwOnError: true)!.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(int)).ToDictionary(field => field.Name, field => (int)field.GetRawConstantValue()!);
    }

    private static List<Pin> Pins(string folder)
    {
        return [.. Read($"{folder}/pins.csv").Select(row => new Pin(row["constant"], int.Parse(row["gpio"], CultureInfo.InvariantCulture), row["direction"], row["note"]))];
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

    private sealed record Pin(string Constant, int Gpio, string Direction, string Note);
}
