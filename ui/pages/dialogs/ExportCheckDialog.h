#pragma once

#include "ui/session/control/RecordControl.h"

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace countersign {

/// A dialog that checks a file that another desk exported: the file, that desk's public key, and what came of
/// it.
class ExportCheckDialog : public QDialog
{
    Q_OBJECT

public:
    explicit ExportCheckDialog(RecordControl& record, QWidget* parent = nullptr);

    QLineEdit* fileField() const { return m_file; }
    QLineEdit* keyField() const { return m_key; }
    QPushButton* checkButton() const { return m_check; }
    QString result() const { return m_result->text(); }

private:
    void updateButton();
    void choose();
    void check();

    RecordControl& m_record;
    QLineEdit* m_file = nullptr;
    QLineEdit* m_key = nullptr;
    QLabel* m_result = nullptr;
    QPushButton* m_check = nullptr;
};

}  // namespace countersign
