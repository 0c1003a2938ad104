#pragma once

#include "ui/session/control/RevocationControl.h"

namespace countersign {

/// Watches several revocations until every one of them is over. It reads one at a time, and the next when
/// that one is over: 100,000 wallets are answered in a thousand steps.
class RevocationWatch : public QObject
{
    Q_OBJECT

public:
    RevocationWatch(RevocationControl& control, QObject* parent);

    /// In place of what was watched before.
    void watch(const QStringList& revocationIds);
    /// Also where nothing is watched.
    bool isOver() const { return m_open.isEmpty(); }

Q_SIGNALS:
    /// Something of one of them is different; it may be over already.
    void moved();
    /// Nothing of what was watched goes on any more.
    void over();

private:
    void read();

    RevocationControl& m_control;
    QStringList m_watched;
    QStringList m_open;  ///< not known to be over
    std::uint64_t m_generation = 0;
    bool m_isReading = false;
    bool m_isStale = false;  ///< something changed while it was read
};

}  // namespace countersign
