#pragma once

#include "core/inbox/delivery/DeliveryCatalog.h"
#include "ui/session/Liveness.h"

#include <QLabel>
#include <QWidget>

namespace countersign {

/// The status bar. It is always there at the bottom and never lies: the relay's last contact in words and
/// colour, how many events came and up to where the inbox was read, whether the vault is open.
class StatusLine : public QWidget
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget* parent = nullptr);

    void setLiveness(const Liveness::Status& status);
    void setCounts(qint64 events, qint64 cursor);
    void setVault(const QString& icon, const QString& words);
    /// What waits for other operators, in words; empty: nothing.
    void setWaiting(const QString& words);
    QString waitingText() const { return m_waiting->text(); }
    QString livenessText() const { return m_liveness->text(); }
    QString sentence() const { return m_sentence->text(); }
    Tone tone() const { return m_status.tone; }

private:
    void recolour();

    Liveness::Status m_status;
    QString m_vaultIcon;
    QLabel* m_dot = nullptr;
    QLabel* m_liveness = nullptr;
    QLabel* m_sentence = nullptr;
    QLabel* m_counts = nullptr;
    QLabel* m_vaultPicture = nullptr;
    QLabel* m_vault = nullptr;
    QLabel* m_version = nullptr;
    QLabel* m_waiting = nullptr;
};

}  // namespace countersign
