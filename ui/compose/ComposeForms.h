#pragma once

#include "ui/compose/JobDraft.h"
#include "ui/session/control/JobControl.h"

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
    /// The wallet that signs is now this one; for forms that ask a node about it.
    virtual void setWallet(const std::string& address);
    /// Why nothing can be drafted yet, whatever is typed: an answer is still missing. Empty: nothing is.
    virtual QString obstacle() const { return {}; }
    /// Puts a sentence under its field and clears the others. False when the form has no such field.
    bool showError(const std::optional<DraftError>& error);
    QLineEdit* field(DraftField field) const { return m_lines.value(field); }
    QPlainTextEdit* area(DraftField field) const { return m_areas.value(field); }
    QString errorOf(DraftField field) const { return m_errors.value(field)->text(); }

Q_SIGNALS:
    void edited();
    void obstacleChanged();

protected:
    /// The label, to be hidden along with its editor.
    QLabel* addRow(DraftField field, const QString& name, QWidget* editor);
    QLineEdit* addLine(DraftField field, const QString& name, const QString& placeholder);
    QPlainTextEdit* addArea(DraftField field, const QString& name, const QString& placeholder);
    void addNote(QWidget* note);
    /// Across names and editors.
    void addWide(QWidget* part);
    QString line(DraftField field) const { return m_lines.value(field)->text(); }
    QString text(DraftField field) const { return m_areas.value(field)->toPlainText(); }

private:
    JobKind m_kind;
    QGridLayout* m_layout;
    int m_rows = 0;
    QMap<DraftField, QLineEdit*> m_lines;
    QMap<DraftField, QPlainTextEdit*> m_areas;
    QMap<DraftField, QLabel*> m_errors;
};

/// The forms for a chain ("EVM", "SVM") with the words that name them, in the order of the chooser; none for
/// a chain that nothing can be signed for.
QList<QPair<QString, ComposeForm*>> composeForms(const QString& chain, JobControl& control, QWidget* parent);

}  // namespace countersign
