using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Web;

/// <summary>Reads JSON request bodies.</summary>
internal static class Json
{
    /// <summary>Reads a request's body and passes it to a handler. An unreadable body is answered with a problem that names the expected
    /// form.</summary>
    public static async Task Take<T>(HttpContext context, string form, Func<T, Task> take)
    {
        try
        {
            await take(await context.Request.ReadFromJsonAsync<T>(context.RequestAborted) ?? throw new JsonException("it is empty"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException)
        {
            await Problem.BadQuery(form).Write(context); // IOException: the body ended early, or came too slowly
        }
    }
}
