namespace FieldNode.Benchmarks;

/// <summary>A <c>fieldnode serve</c> process under measurement.</summary>
internal static class Serve
{
    /// <summary>Returns when the server reports that it is ready.</summary>
    public static async Task WaitUntilReady(HttpClient client)
    {
        while (true)
        {
            try
            {
                await client.GetStringAsync(new Uri("/-/ready", UriKind.Relative));
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Yield();
            }
        }
    }
}
