using FieldNode.Host.Access;
using FieldNode.Log.Store;

namespace FieldNode.Tests.Support;

/// <summary>Sessions for tests, as a link gives them.</summary>
internal static class SignedIn
{
    /// <summary>The token of a session of an account in a role, which is added when there is none; its name is the role's word.</summary>
    public static string Token(HostStore store, Role role, TimeProvider? time = null)
    {
        var accounts = new Accounts(store, time ?? TimeProvider.System);
        var name = Roles.Word(role);
        if (accounts.List().All(account => account.Name != name))
        {
            accounts.Add(name, role);
        }

        return accounts.Follow(accounts.Link(name))!.Value.Token;
    }

    /// <summary>A client with a session, which asks as the page does.</summary>
    public static HttpClient Client(Uri address, HostStore store, Role role)
    {
        var client = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = address };
        client.DefaultRequestHeaders.Add("Cookie", $"fieldnode={Token(store, role)}");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        return client;
    }
}
