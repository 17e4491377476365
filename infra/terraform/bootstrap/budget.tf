resource "aws_budgets_budget" "account" {
  count = length(var.budget_alert_emails) > 0 ? 1 : 0

  name         = "${var.name}-monthly"
  budget_type  = "COST"
  time_unit    = "MONTHLY"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"

  dynamic "notification" {
    for_each = {
      soon     = { type = "ACTUAL", percent = 80 }
      exceeded = { type = "ACTUAL", percent = 100 }
      forecast = { type = "FORECASTED", percent = 100 }
    }

    content {
      notification_type          = notification.value.type
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value.percent
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = var.budget_alert_emails
    }
  }
}
