#pragma once

#include "ui/compose/JobDraft.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMap>
#include <QPlainTextEdit>
#include <QWidget>

#include <optional>

namespace countersign {

/// One kind of job in the composer: its fields, and what becomes of them.
class ComposeForm : public QWidget
{
    Q_OBJECT

public:
    ComposeForm(JobKind kind, QWidget* parent);
    JobKind kind() const { return m_kind; }
    /// walletAddress: of the wallet that signs.
    virtual DraftPayload draft(const std::string& walletAddress) const = 0;
    /// Puts a sentence under its field and clears the others. False when the form has no such field.
    bool showError(const std::optional<DraftError>& error);
    QLineEdit* field(DraftField field) const { return m_lines.value(field); }
    QPlainTextEdit* area(DraftField field) const { return m_areas.value(field); }
    QString errorOf(DraftField field) const { return m_errors.value(field)->text(); }

Q_SIGNALS:
    void edited();

protected:
    QLineEdit* addLine(DraftField field, const QString& name, const QString& placeholder);
    QPlainTextEdit* addArea(DraftField field, const QString& name, const QString& placeholder);
    void addNote(QWidget* note);
    QString line(DraftField field) const { return m_lines.value(field)->text(); }
    QString text(DraftField field) const { return m_areas.value(field)->toPlainText(); }

private:
    void addRow(DraftField field, const QString& name, QWidget* editor);

    JobKind m_kind;
    QGridLayout* m_layout;
    int m_rows = 0;
    QMap<DraftField, QLineEdit*> m_lines;
    QMap<DraftField, QPlainTextEdit*> m_areas;
    QMap<DraftField, QLabel*> m_errors;
};

/// The forms for a chain ("EVM", "SVM") with the words that name them, in the order of the chooser; none for
/// a chain that nothing can be signed for.
QList<QPair<QString, ComposeForm*>> composeForms(const QString& chain, QWidget* parent);

}  // namespace countersign
