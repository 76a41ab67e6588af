using System.Text;
using FieldNode.Log;
using FieldNode.Protocol;

namespace FieldNode.Cli.Verbs;

/// <summary>Checks a Wi-Fi name and password for a card or a board.</summary>
internal static class WifiOptions
{
    /// <summary>Both may be empty; a password needs a network name.</summary>
    /// <exception cref="HostFault">Not valid for Wi-Fi (IEEE 802.11: a name of up to 32 bytes, a WPA passphrase of 8 to 63).</exception>
    public static void Check(string ssid, string password)
    {
        if (ssid.Length == 0 && password.Length > 0)
        {
            throw new HostFault("bad-wifi", ExitCode.Usage, "--wifi-password without --wifi: name the network too",
                "给出了 --wifi-password 但没有 --wifi：请同时给出网络名");
        }

        if (Encoding.UTF8.GetByteCount(ssid) > EnrolmentCard.WifiBytesMax || Encoding.UTF8.GetByteCount(password) is (> 0 and < 8)
            or > EnrolmentCard.PassBytesMax)
        {
            throw new HostFault("bad-wifi", ExitCode.Usage,
                $"--wifi '{ssid}': a name has at most {EnrolmentCard.WifiBytesMax} bytes, a password is empty or has 8 to "
                + $"{EnrolmentCard.PassBytesMax}",
                $"--wifi '{ssid}'：网络名最多 {EnrolmentCard.WifiBytesMax} 字节，密码为空或 8 至 {EnrolmentCard.PassBytesMax} 字节");
        }
    }
}
