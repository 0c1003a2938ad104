#pragma once

#include "core/audit/AuditCatalog.h"
#include "ui/session/control/RecordControl.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/RecordStrip.h"

#include <QFrame>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace countersign {

/// A panel with the record's health, at the head of its page: what the last check said, what the keychain
/// knows, and the strip of checkpoints; while something is being done, how far it is and how to stop it.
class RecordHealth : public QFrame
{
    Q_OBJECT

public:
    RecordHealth(RecordControl& record, const Clock& clock, QWidget* parent = nullptr);

    void setMarks(const AuditCatalog::Marks& marks);
    void repaintTimes() { showAll(); }
    QString sentence() const { return m_sentence->text(); }
    QPushButton* stopButton() const { return m_stop; }

private:
    void showAll();
    StateText state() const;
    QString checkpointSentence() const;
    QString counterSentence() const;

    RecordControl& m_record;
    const Clock& m_clock;
    AuditCatalog::Marks m_marks;
    ChipLabel* m_chip = nullptr;
    QLabel* m_sentence = nullptr;
    QLabel* m_outside = nullptr;
    RecordStrip* m_strip = nullptr;
    QProgressBar* m_progress = nullptr;
    QPushButton* m_stop = nullptr;
};

}  // namespace countersign
