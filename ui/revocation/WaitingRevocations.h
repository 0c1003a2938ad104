#pragma once

#include "ui/session/control/RevocationControl.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>

namespace countersign {

/// A panel with the revocations that wait, and for what: a section of the overview that is there only while
/// something does. Wallets that were delegated again ask the operator; everything else goes on by itself and
/// can be tried at once.
class WaitingRevocations : public QWidget
{
    Q_OBJECT

public:
    WaitingRevocations(RevocationControl& control, const Clock& clock, QWidget* parent = nullptr);

    void refresh();
    /// Times have moved on.
    void repaintTimes();
    bool isSettled() const { return !m_isReading && !m_soon.isActive(); }
    QPushButton* retryButton() const { return m_retry; }
    static constexpr std::size_t mostShown = 3;

Q_SIGNALS:
    void revocationChosen(const QString& revocationId);
    void listWanted();
    void walletChosen(const QString& walletId);

private:
    void take(const Result<RevocationControl::Summaries>& summaries);
    void draw();
    void addWaiting(const RevocationSummary& summary);
    void addHeld(const RevocationSummary& summary, const RevocationItem& item);
    QBoxLayout* addCard(const QString& icon, const QString& words, const QString& sentence);
    QPushButton* addButton(QBoxLayout* card, const QString& text, const QString& of);

    RevocationControl& m_control;
    const Clock& m_clock;
    RevocationControl::Summaries m_summaries;
    QString m_problem;
    bool m_isReading = false;
    bool m_isStale = false;
    QTimer m_soon;
    QPushButton* m_retry = nullptr;
    QVBoxLayout* m_rows = nullptr;
};

}  // namespace countersign
