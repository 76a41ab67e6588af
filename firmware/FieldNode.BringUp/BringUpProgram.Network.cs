using FieldNode.Core.Ports;
using FieldNode.Drivers;
using FieldNode.Protocol;

namespace FieldNode.BringUp
{
    // Tests the access point and the host.
    public sealed partial class BringUpProgram
    {
        // The card's claim is not used up; it stays valid for the node.
        private void Network()
        {
            if (!_hasCard || _card.Wifi.Length == 0)
            {
                Tell("wifi", false, "no card with Wi-Fi settings was scanned");
                return;
            }

            WifiUplink uplink = new WifiUplink(_parts.Radio, _parts.Http, _parts.Power.Chance());
            uplink.Use(Utf8(_card.Wifi), Utf8(_card.Pass), Utf8(_card.Url), new byte[0]);
            uplink.IsLaneIdle = true; // allows the name lookup
            uint begun = Now;
            while (uplink.RadioPart != PartState.Ok && Now - begun < JoinMs)
            {
                uplink.Step(Now);
                _bench.Pause(TickMs);
            }

            bool isUp = uplink.RadioPart == PartState.Ok;
            Tell("wifi", isUp, isUp ? "got an address after " + (Now - begun).ToString() + " ms" : PartState.Name(uplink.RadioPart));
            if (isUp)
            {
                Ask(uplink);
            }
        }

        // Sends an empty status. The host refuses it, which proves that it answers.
        private void Ask(WifiUplink uplink)
        {
            uplink.Step(Now);
            uint begun = Now;
            uplink.Begin(UplinkKind.Status, new byte[0], 0);
            byte state = uplink.Poll();
            while (state == UplinkState.Pending && Now - begun < AnswerMs)
            {
                _bench.Pause(TickMs);
                uplink.Step(Now);
                state = uplink.Poll();
            }

            bool isThere = state == UplinkState.Refused || state == UplinkState.Answered;
            Tell("host", isThere, isThere ? "answers after " + (Now - begun).ToString() + " ms" : "no answer at " + Utf8(_card.Url));
        }
    }
}
