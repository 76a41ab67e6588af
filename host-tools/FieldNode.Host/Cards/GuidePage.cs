using System.Net;
using System.Text;

namespace FieldNode.Host.Cards;

/// <summary>The one-page guide that teaches a volunteer a lane in ten minutes. It is printed before the cards; docs/volunteer.md has the
/// same text.</summary>
public static class GuidePage
{
    /// <summary>What to do, by task, English and Chinese.</summary>
    public static IReadOnlyList<GuideTask> Tasks { get; } =
    [
        new("☺", "Begin", "开始",
            [("Scan your badge. The screen says SCAN TUBE.", "扫自己的工牌，屏幕显示“扫试管”。")]),
        new("+1", "Queue", "排队",
            [("Someone joins: press the left button, or scan +1, +5, +10. Scan » to call the next group.", "有人来排队：按左键，或扫 +1、+5、+10。扫 » "
                + "请下一组。")]),
        new("◉", "Sample", "采样",
            [("Scan a tube, then each person. It counts at the tick and the short beep, not before.", "先扫试管，再逐人扫码。出现 ✓ 并短响一声才算数。"),
             ("The big number is the people in the tube. FULL, three long beeps: seal it, scan the next tube.",
                 "大数字是本管人数。显示“满 封管”并三声长响：封好本管，扫下一管。"),
             ("Fewer than the tube takes? Scan why: ◔ nobody waiting, ⇄ shift ends, ⚑ place done, ✗ tube damaged.",
                 "人数不足要封管？扫原因卡：◔ 无人排队、⇄ 换班、⚑ 本处完成、✗ 试管损坏。"),
             ("OFF LIST: not expected here, sample them anyway. “missing 2”: two people of this home are still to be sampled.",
                 "显示“不在名单”：照常采样。“本户缺 2”：同户还有 2 人未采。")]),
        new("↶", "A mistake", "出错",
            [("↶ or the right button takes back the last step; again, the one before. Nothing is erased.", "扫 ↶ 或按右键撤销上一步，再按再撤。记录不会被抹掉。"),
             ("A cross and a long beep: it does not count; the screen says why.", "出现 ✗ 并长响：不算数，屏幕写明原因。"),
             ("A question mark waits for a second scan; the bar at the bottom says which.", "出现 ? 表示等第二次扫码，屏幕底部的亮条写明扫什么。")]),
        new("△", "Categories", "类别",
            [("For one person: the card with the small 1, then the person. For everyone after: the category card twice.",
                "仅一人：先扫带小 1 的类别卡，再扫此人。此后所有人：类别卡连扫两次。"),
             ("On a green lane everybody needs a category.", "绿色通道每人都须有类别。")]),
        new("▲", "Fever, isolation, no papers", "发热、隔离、无证件",
            [("▲ fever or ▼ isolation, then the person; without a code the same card again. The person goes into no tube.",
                "扫 ▲ 体温高或 ▼ 送隔离，再扫此人；没有码就再扫一次本卡。此人不采样、不入管。"),
             ("No papers: scan the ∅ card with the reason instead of the person's code.", "无证件：不扫此人，改扫原因相符的 ∅ 卡。")]),
        new("⌂", "At a door, at a stop", "入户、停靠点",
            [("Scan the household's or stop's code, sample, then ⌂✓. Scanning the next code also ends this one.", "扫户码或停靠点码，采样，采完扫 "
                + "⌂✓。扫下一个户码或停靠点码，也会结束这一个。")]),
        new("▣", "Bags", "转运袋",
            [("Scan the bag, then each tube. ▣: count tubes, swabs, people; all agree: ▣ again.", "扫袋，再逐管扫。扫 ▣ 后清点管、拭子、人数；三数一致再扫 ▣。"),
             ("⇒, then the driver's badge. Nothing leaves unsealed. Three hours after a tube's first person the lane warns; four hours is "
                 + "too long.", "扫 ⇒，再扫接收人的工牌。没封袋不能交接。每管第一人采样满 3 小时会提醒，不得超过 4 小时。")]),
        new("⚡", "When something fails", "遇到故障",
            [("After a power cut: the number shown is what is stored. Scan again what is missing.", "断电后：屏幕上的数字就是已存的人数，缺谁就再扫谁。"),
             ("No Wi-Fi (crossed sign): go on. ↑ counts records still to be sent; nothing is lost.", "无线断了（图标划叉）：照常工作。↑ 后是还没上传的条数，不会丢。")]),
    ];

    internal static void Write(StringBuilder html, string site, bool chinese)
    {
        html.Append($"<section class=\"guide\"><h1>{(chinese ? "通道一页通" : "A lane on one page")} "
            + $"<small>{WebUtility.HtmlEncode(site)}</small></h1>\n");
        foreach (var task in Tasks)
        {
            html.Append($"<div class=\"task\"><div class=\"sign\">{WebUtility.HtmlEncode(task.Sign)}</div>"
                + $"<div><h2>{WebUtility.HtmlEncode(chinese ? task.Chinese : task.English)}</h2>");
            foreach (var (english, text) in task.Steps)
            {
                html.Append($"<p>{WebUtility.HtmlEncode(chinese ? text : english)}</p>");
            }

            html.Append("</div></div>\n");
        }

        html.Append("</section>\n");
    }
}

/// <summary>A task of a volunteer: its sign as on the cards, and its steps in English and Chinese.</summary>
public sealed record GuideTask(string Sign, string English, string Chinese, IReadOnlyList<(string English, string Chinese)> Steps);
