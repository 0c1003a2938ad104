#include "ui/revocation/RevocationWatch.h"

#include <utility>

namespace countersign {

RevocationWatch::RevocationWatch(RevocationControl& control, QObject* parent)
    : QObject(parent), m_control(control)
{
    connect(&m_control, &RevocationControl::changed, this, [this](const QString& id) {
        if (m_watched.contains(id)) {
            Q_EMIT moved();
            read();
        }
    });
    connect(&m_control, &RevocationControl::readyChanged, this, &RevocationWatch::read);
}

void RevocationWatch::watch(const QStringList& revocationIds)
{
    ++m_generation;
    m_watched = revocationIds;
    m_open = revocationIds;
    m_isReading = false;
    m_isStale = false;
    read();
}

void RevocationWatch::read()
{
    m_isStale = m_isReading;
    if (m_isReading || m_open.isEmpty() || !m_control.isReady()) {
        return;
    }
    m_isReading = true;
    m_control.load(
        this, m_open.constFirst(),
        [this, generation = m_generation](const Result<RevocationControl::RevocationPtr>& revocation) {
            if (generation != m_generation) {
                return;
            }
            m_isReading = false;
            const bool isOver = revocation && (*revocation)->endedAt != 0 && (*revocation)->isOver();
            if (isOver) {
                m_open.removeFirst();
            }
            if (isOver && m_open.isEmpty()) {
                Q_EMIT over();
            } else if (std::exchange(m_isStale, false) || isOver) {
                read();
            }
        });
}

}  // namespace countersign
