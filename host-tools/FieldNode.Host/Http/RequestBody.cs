using Microsoft.AspNetCore.Http;

namespace FieldNode.Host.Http;

/// <summary>Reads a body whose type and length are as they must be.</summary>
internal static class RequestBody
{
    public static async Task<(byte[] Body, Problem? Problem)> Read(HttpRequest request, string contentType, long bytesMax)
    {
        if (!string.Equals(request.ContentType, contentType, StringComparison.OrdinalIgnoreCase))
        {
            return ([], Problem.WrongType(request.ContentType, contentType));
        }

        if (request.ContentLength is not { } length)
        {
            return ([], Problem.LengthRequired());
        }

        if (length > bytesMax)
        {
            return ([], Problem.TooLarge(bytesMax));
        }

        var body = new byte[length];
        try
        {
            await request.Body.ReadExactlyAsync(body, request.HttpContext.RequestAborted);
        }
        catch (EndOfStreamException)
        {
            return ([], Problem.Malformed("the body ended early"));
        }

        return (body, null);
    }
}
