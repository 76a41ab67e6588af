namespace FieldNode.Simulator.Plots;

/// <summary>Where a text stands from its point.</summary>
internal enum Align
{
    Start,
    Middle,
    End,
}

/// <summary>What a plot is drawn on.</summary>
internal interface ISheet
{
    void Box(float x, float y, float width, float height, string color);

    void Line(IReadOnlyList<(float X, float Y)> points, string color, float width);

    /// <param name="y">Of the line that letters stand on.</param>
    void Text(string text, float x, float y, Align align, string color);

    float WidthOf(string text);
}
