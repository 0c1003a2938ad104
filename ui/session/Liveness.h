#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "ui/theme/ThemeColors.h"

#include <QString>

#include <optional>

namespace countersign {

/// The state of the connection to the relay, as the status bar shows it, which must never lie about it. It
/// knows the last answer and the last failure and says at any time what follows from them: green under a
/// minute, amber under three, red beyond, or when the relay was never reached and refuses; amber too while
/// there is something to be known.
class Liveness
{
public:
    struct Status
    {
        Tone tone = Tone::Neutral;
        QString text;      ///< short, for the status bar
        QString sentence;  ///< what it means and what to do; empty when all is well
    };

    void noteContact(UnixMillis at);
    void noteFailure(const Error& error);
    /// What the operator should know although nothing failed: stays for noticedFor.
    void notice(const Error& notice, UnixMillis at);
    void setFollowing(bool following) { m_following = following; }
    std::optional<UnixMillis> lastContact() const { return m_lastContact; }

    Status status(UnixMillis now) const;

    static constexpr UnixMillis freshFor = 60'000;
    static constexpr UnixMillis tolerableFor = 180'000;
    static constexpr UnixMillis noticedFor = 3'600'000;

private:
    std::optional<UnixMillis> m_lastContact;
    std::optional<Error> m_failure;  ///< since the last contact
    QString m_notice;
    UnixMillis m_noticedAt = 0;
    bool m_following = false;
};

}  // namespace countersign
