using FieldNode.Lane;
using FieldNode.Tests.Support;

namespace FieldNode.Tests.Core;

public sealed class ForecastTests
{
    [Fact]
    public void Half_a_shift_ahead_it_is_right_within_half_an_hour_on_any_lane()
    {
        var random = new Random(Seed.Take(nameof(Half_a_shift_ahead_it_is_right_within_half_an_hour_on_any_lane)));
        for (var lane = 0; lane < 300; lane++)
        {
            var forecast = new Forecast();
            var second = 100.0;
            void Sample(int people)
            {
                for (var i = 0; i < people; i++)
                {
                    second += 21.6 * (0.4 + 1.2 * random.NextDouble());
                    forecast.Add((uint)second);
                }
            }

            Sample(1000);
            var (from, minutes) = (second, forecast.MinutesFor(1000));
            Sample(1000);

            Assert.InRange(minutes, (second - from) / 60 - 30, (second - from) / 60 + 30);
        }
    }

    [Fact]
    public void It_says_nothing_of_few_people_and_leaves_pauses_out()
    {
        var forecast = new Forecast();
        for (var i = 1u; i <= 10; i++)
        {
            forecast.Add(i * 20);
            Assert.Equal(-1, forecast.MinutesFor(30));
        }

        forecast.Add(220);
        Assert.Equal(10, forecast.MinutesFor(30));
        forecast.Add(20_000); // a pause for lunch
        forecast.Add(20_020);
        Assert.Equal(10, forecast.MinutesFor(30));
    }
}
