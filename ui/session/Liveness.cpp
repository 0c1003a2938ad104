#include "ui/session/Liveness.h"

#include "ui/text/TimeText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct LivenessText
{
    Q_DECLARE_TR_FUNCTIONS(LivenessText)
};

}  // namespace

void Liveness::noteContact(UnixMillis at)
{
    m_lastContact = at;
    m_failure.reset();
}

void Liveness::noteFailure(const Error& error)
{
    m_failure = error;
}

void Liveness::notice(const Error& notice, UnixMillis at)
{
    m_notice = notice.sentence;
    m_noticedAt = at;
}

Liveness::Status Liveness::status(UnixMillis now) const
{
    const QString failureSentence = m_failure ? m_failure->sentence : QString();
    if (!m_lastContact) {
        if (m_failure) {
            return {Tone::Bad, LivenessText::tr("relay not reached"), failureSentence};
        }
        return {
            m_following ? Tone::Warning : Tone::Neutral,
            m_following ? LivenessText::tr("asking the relay …") : LivenessText::tr("relay not asked yet"),
            {}};
    }
    const UnixMillis age = std::max<UnixMillis>(0, now - *m_lastContact);
    const QString text =
        LivenessText::tr("relay %1").arg(relativeTime(*m_lastContact, std::max(now, *m_lastContact)));
    if (!m_following) {
        return {Tone::Neutral, text,
                LivenessText::tr("The relay is not being followed now; new deliveries wait there.")};
    }
    if (age < freshFor && !m_failure && !m_notice.isEmpty() && now - m_noticedAt < noticedFor) {
        return {Tone::Warning, text, m_notice};
    }
    if (age < freshFor) {
        return {m_failure ? Tone::Warning : Tone::Good, text, failureSentence};
    }
    const QString silence =
        failureSentence.isEmpty()
            ? LivenessText::tr("The relay has not answered for %1. Check the network and the relay.")
                  .arg(durationText(age))
            : failureSentence;
    return {age < tolerableFor ? Tone::Warning : Tone::Bad, text, silence};
}

}  // namespace countersign
