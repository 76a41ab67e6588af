namespace FieldNode.Simulator.Parts;

/// <summary>How a station's attempt to join stands.</summary>
public enum StationState
{
    Idle,
    Joining,
    Joined,
    NotThere,
    WrongPassword,
}

/// <summary>
/// A Wi-Fi network and one station that joins it: joining takes a while, a wrong password is told late, and a network that goes away takes
/// the station with it until it is joined again.
/// </summary>
public sealed class AccessPoint(string ssid, string password)
{
    private const uint JoinMs = 1800;
    private const uint NotThereMs = 6000;

    private (string Ssid, string Password)? _asked;
    private uint _askedAt;
    private bool _wasJoined;

    /// <summary>The network can be heard.</summary>
    public bool IsOn { get; set; } = true;

    public string Password { get; set; } = password;

    /// <summary>Times that a station tried to join.</summary>
    public int Attempts { get; private set; }

    public void Join(string wanted, string withPassword, uint now)
    {
        Attempts++;
        _asked = (wanted, withPassword);
        _askedAt = now;
        _wasJoined = false;
    }

    public StationState State(uint now)
    {
        if (_asked is not { } asked)
        {
            return StationState.Idle;
        }

        var isThere = IsOn && asked.Ssid == ssid;
        if (!_wasJoined && now - _askedAt < (isThere ? JoinMs : NotThereMs))
        {
            return StationState.Joining;
        }

        if (!isThere)
        {
            return StationState.NotThere;
        }

        _wasJoined |= asked.Password == Password;
        return _wasJoined ? StationState.Joined : StationState.WrongPassword;
    }

    /// <summary>The station lost its power.</summary>
    public void Forget()
    {
        _asked = null;
    }
}
