#pragma once

#include "ui/session/control/SettingsControl.h"
#include "ui/settings/SettingsData.h"

#include <QBoxLayout>
#include <QFrame>
#include <QLabel>

namespace countersign {

/// The base of the groups of the settings page, which look alike and are found by one search: a title, a
/// sentence, rows.
class SettingsGroup : public QFrame
{
    Q_OBJECT

public:
    SettingsGroup(const QString& title, const QString& sentence, SettingsControl& control, QWidget* parent);

    virtual void show(const SettingsData& stored) = 0;
    /// Whether any of its words match; empty matches.
    bool matches(const QString& text) const;
    QString problem() const { return m_problem->text(); }

protected:
    SettingsControl& control() const { return m_control; }
    QVBoxLayout* rows() const { return m_rows; }
    void addRow(QWidget* row) { m_rows->insertWidget(m_rows->count() - 1, row); }
    /// What a write answers: nothing, or the sentence under the rows.
    Callback<void> answered(std::function<void()> succeeded = {});
    void setProblem(const QString& sentence);
    /// Locked profiles can be read only.
    virtual void allow(bool ready) = 0;
    void allowNow() { allow(m_control.isReady()); }

private:
    SettingsControl& m_control;
    QVBoxLayout* m_rows = nullptr;
    QLabel* m_problem = nullptr;
};

}  // namespace countersign
