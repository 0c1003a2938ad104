#pragma once

#include "ui/session/control/SettingsControl.h"

#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QWidget>

namespace countersign {

/// A row of a settings group for one setting that is a line (or a few lines) of text: name, field, Save while
/// it differs, what is wrong with it below, and what it means. A field that is being edited is not
/// overwritten by a refresh.
class SettingRow : public QWidget
{
    Q_OBJECT

public:
    enum class Shape { Line, Lines };

    SettingRow(const QString& key, const QString& name, const QString& sentence, SettingsControl& control,
               QWidget* parent, Shape shape = Shape::Line);

    QString key() const { return m_key; }
    void showValue(const QString& value);
    void setPlaceholder(const QString& text);
    /// A sentence that appears while the value as typed lowers safety; nothing: it does not.
    void setWarner(std::function<QString(const QString&)> warner);
    void allow(bool ready);
    QString text() const;
    void setText(const QString& text);
    QPushButton* saveButton() const { return m_save; }
    QString problem() const { return m_problem->text(); }
    QString warning() const { return m_warning->text(); }

private:
    void save();
    void updateControls();

    QString m_key;
    SettingsControl& m_control;
    QLineEdit* m_line = nullptr;
    QPlainTextEdit* m_lines = nullptr;
    QPushButton* m_save = nullptr;
    QLabel* m_problem = nullptr;
    QLabel* m_warning = nullptr;
    QString m_stored;
    std::function<QString(const QString&)> m_warner;
    bool m_ready = false;
    bool m_saving = false;
};

}  // namespace countersign
