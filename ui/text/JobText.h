#pragma once

#include "core/signing/broadcast/BroadcastProgress.h"
#include "core/signing/explanation/ExplainedJob.h"
#include "ui/text/StateText.h"

namespace countersign {

StateText stateText(JobState state);
/// The state as it is at a time: what waits and has run out is expired, whether or not that was recorded yet.
JobState stateNow(const Job& job, UnixMillis now);

QString kindName(JobKind kind);  ///< "Message", "Typed data", "Transaction"

/// What is asked for in a few words that are true without any decoding: kind, chain, and the amount of a
/// plain transfer. Everything that needs understanding is named as not understood.
QString jobSummary(const Job& job);

/// What it does in one sentence where it is understood; else its summary, named as not understood.
QString jobIntent(const JobGist& gist, const Job& job);

/// The registered name of who sent it, "composed here" or "from a file"; never the document's own remark.
QString submitterText(const Job& job);

/// How much time is left: "3 h 12 min", "42 min", "9:05 min"; amber under an hour, red under ten minutes.
struct Countdown
{
    QString text;
    Tone tone = Tone::Neutral;
    bool expired = false;
};
Countdown countdown(UnixMillis expiresAt, UnixMillis now);
/// The countdown as a chip.
StateText countdownChip(const Countdown& countdown);

QString stageWords(CeremonyStage stage, EngineKind engine);

/// "2 of 3 confirmations"; on Solana what the cluster says of it.
QString progressText(const BroadcastProgress& progress);
/// The state's chip with the progress of a broadcast in it: "Sent, 2 of 3". Other states are as they are.
StateText stateText(JobState state, const std::optional<BroadcastProgress>& progress);

/// What leaves this machine with an engine, in one plain sentence.
QString engineName(EngineKind engine);
QString engineSentence(EngineKind engine);
/// What is to be known of a demonstration profile before anything is approved in it.
QString demonstrationSentence();

}  // namespace countersign
